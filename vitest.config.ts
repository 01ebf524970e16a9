import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { tallyLine, tallyReporter } from './test/harness/tally.ts'

// Every process of a run compiles the same packages: what one has compiled, the others load.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/tablegraph', import.meta.url))

const everywhere = { exclude: ['**/node_modules/**', 'admin/dist/**'], testTimeout: 20_000, hookTimeout: 60_000 }

// A tool demands the default export.
export default defineConfig({
  // Packages load graphql as Node does; a second copy of it would not know their schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    globalSetup: ['./test/harness/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // `npm test` counts by a reporter of its own and prints the line itself, after everything else.
    reporters: ['default', tallyReporter((tally) => console.log(tallyLine(tally)))],
    projects: [
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'server',
          include: ['{schema-engine,subgraph,rest-bridge,codegen,test}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: { ...everywhere, name: 'admin', include: ['admin/**/*.test.{ts,tsx}'], environment: 'jsdom' },
      },
    ],
  },
})

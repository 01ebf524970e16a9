/** Builds the Studio and the GraphQL explorer into admin/dist, served below /admin/ from our own files only. */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// Vite wants a default export.
export default defineConfig({
  root: here('.'),
  // Absolute: the explorer's page is served at /graphql, its files are not.
  base: '/admin/',
  plugins: [react()],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // A strict content policy allows no inline script, and browsers of these versions need no polyfill of the preload.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 8_000,
    rolldownOptions: {
      input: { studio: here('index.html'), graphiql: here('graphiql.html') },
      onLog: (level, log, report) => {
        // The explorer's libraries speak to the React compiler, which is not here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log)
      },
    },
  },
  server: {
    proxy: {
      '/graphql': {
        target: 'http://127.0.0.1:8055',
        bypass: (request) => (request.method === 'GET' ? '/admin/graphiql.html' : undefined),
      },
    },
  },
})

/** The table of routes as a page. */
import { routes } from '#rest-bridge/routes/index.ts'
import { code, generatedFrom, page, table } from './markdown.ts'

export const routesPage = (): string =>
  page(
    '# Routes',
    generatedFrom('rest-bridge/routes/index.ts'),
    table([
      ['methods', 'path', 'is'],
      ...routes.map(({ methods, path, doc }) => [methods.join(', '), code(path), doc]),
      ['GET', code('/admin'), 'The Studio, unless `SERVE_APP` is `false`.'],
    ]),
    `- HEAD is answered wherever GET is, OPTIONS everywhere. A last slash is ignored, and the case of all but names.
- A path that exists, asked with another method, is 404 \`ROUTE_NOT_FOUND\`; on \`/graphql\` it is 405 \`METHOD_NOT_ALLOWED\`.
- Credentials: \`Authorization: Bearer …\` or \`?access_token=…\`, not both. A wrong token is 401, for public data too; ${routes
      .filter(({ credentials }) => credentials === 'ignored')
      .map(({ path }) => code(path))
      .join(', ')} ignore it.
- A browser that asks for a page at \`/graphql\` gets GraphiQL; a program gets the API. The parameters of \`/items\` are in
  \`/server/specs/oas\`, and for the sample shop in [generated/openapi.json](generated/openapi.json).`,
  )

/** The pages that tables generate are as the tables are now. `npx vitest run test/docs -u` writes them anew. */
import { expect, test } from 'vitest'
import { dialectsPage } from './dialects-page.ts'
import { errorsPage } from './errors-page.ts'
import { eventsPage } from './events-page.ts'
import { fieldTypesPage } from './field-types-page.ts'
import { functionsPage } from './functions-page.ts'
import { operatorsPage } from './operators-page.ts'
import { routesPage } from './routes-page.ts'
import { samplePages } from './sample-pages.ts'
import { settingsPage } from './settings-page.ts'
import { systemCollectionsPage } from './system-collections-page.ts'

const pages = [
  ['schema-engine/docs/dialects.md', dialectsPage],
  ['schema-engine/docs/errors.md', errorsPage],
  ['schema-engine/docs/events.md', eventsPage],
  ['schema-engine/docs/field-types.md', fieldTypesPage],
  ['schema-engine/docs/functions.md', functionsPage],
  ['schema-engine/docs/operators.md', operatorsPage],
  ['schema-engine/docs/system-collections.md', systemCollectionsPage],
  ['rest-bridge/docs/routes.md', routesPage],
  ['rest-bridge/docs/settings.md', settingsPage],
] as const

test.each(pages)('%s', async (path, page) => {
  await expect(page()).toMatchFileSnapshot(`../../${path}`)
})

test('the sample shop', async () => {
  const { sdl, openApi } = await samplePages()
  await expect(sdl).toMatchFileSnapshot('../../subgraph/docs/generated/sdl.graphql')
  await expect(openApi).toMatchFileSnapshot('../../rest-bridge/docs/generated/openapi.json')
})

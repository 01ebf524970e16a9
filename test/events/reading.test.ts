/** Who listens for reads is told what was read, on both roads; nobody pays for it who does not. */
import { afterEach, expect, it } from 'vitest'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import { runScript } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'

eachDialect((_, open) => {
  let client: ItemsClient | null = null
  afterEach(async () => {
    await client?.close()
    client = null
  })

  it('lists, single items, and nothing of counts', async () => {
    const database = await open()
    await runScript(
      database.settings,
      `create table goods (id integer not null primary key, title varchar(50) not null);
       insert into goods values (1, 'Pen'), (2, 'Ink');`,
    )
    client = await openItems(database)
    const { engine, graphql, rest } = client
    const heard: unknown[] = []
    const end = engine.bus.onAction('items.read', (event: EngineEvent) => {
      if (event.kind === 'items.read') heard.push([event.collection, event.items, event.actor.kind])
    })
    const document =
      '{ goods(sort: ["id"]) { name: title } pen: goods_by_id(id: 1) { id } goods_aggregated { countAll } }'
    await graphql(document)
    await graphql(document) // the short road
    const once = [
      ['goods', [{ name: 'Pen' }, { name: 'Ink' }], 'system'],
      ['goods', [{ id: '1' }], 'system'],
    ]
    expect(heard.splice(0)).toEqual([...once, ...once])
    await rest({ url: '/items/goods/2?fields=title' })
    expect(heard.splice(0)).toEqual([['goods', [{ title: 'Ink' }], 'system']])
    await graphql('{ goods_by_id(id: 9) { id } }')
    expect(heard.splice(0)).toEqual([['goods', [], 'system']])
    end()
    await graphql(document)
    expect(heard).toEqual([])
  })
})

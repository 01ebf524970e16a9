/** Old activity and revisions go, in batches, whoever does it; what is young stays. */
import { afterEach, expect, it } from 'vitest'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import { insertTrusted } from '#schema-engine/mutation/trusted.ts'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { startJobs } from '#subgraph/jobs/index.ts'
import { removeEndedSessions, removeOld, retentionJob } from '#subgraph/jobs/retention.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'

const day = 86_400_000
const now = new Date('2024-06-01T12:00:00Z')
const never = new AbortController().signal

eachDialect((_, open) => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })

  const start = async (database: TestDatabase): Promise<Engine> => {
    const engine = await createEngine({
      database: database.settings,
      excludeTables: [],
      checkIntervalMs: null,
      systemTables: 'prepare',
    })
    closing.push(engine.close)
    return engine
  }

  /** One activity a day back from now, 20 of them, the even ones with two revisions, the second a part of the first. */
  const fill = async (database: TestDatabase): Promise<void> => {
    const days = Array.from({ length: 20 }, (_unused, index) => index + 1)
    const activity = days.map((back) => {
      const at = new Date(now.getTime() - back * day).toISOString().slice(0, 19).replace('T', ' ')
      return `(${back}, 'update', '${at}', 'things', '${back}')`
    })
    const revisions = days
      .filter((back) => back % 2 === 0)
      .map((back) => `(${back}, ${back}, 'things', '${back}', null), (${back + 100}, ${back}, 'parts', '1', ${back})`)
    await runScript(
      database.settings,
      `insert into directus_activity (id, action, timestamp, collection, item) values ${activity.join(', ')};
       insert into directus_revisions (id, activity, collection, item, parent) values ${revisions.join(', ')};`,
    )
  }

  const left = async (engine: Engine): Promise<readonly (readonly number[])[]> =>
    Promise.all(
      ['activity', 'revisions'].map(async (name) => {
        const text = `select id from directus_${name} order by id`
        const rows = await engine.database.rows({ text, values: [], name: null })
        return rows.map(([id]) => Number(id))
      }),
    )

  it('by age, activity with revisions as long as these', async () => {
    const database = await open()
    closing.push(database.drop)
    const engine = await start(database)
    await fill(database)
    const removed = await removeOld(engine, { activityMs: 5.5 * day, revisionsMs: 10.5 * day, batch: 3 }, now, never)
    expect(await left(engine)).toEqual([
      [1, 2, 3, 4, 5, 6, 8, 10],
      [2, 4, 6, 8, 10, 102, 104, 106, 108, 110],
    ])
    expect(removed).toEqual({ activity: 12, revisions: 10 })
    const again = await removeOld(engine, { activityMs: 5.5 * day, revisionsMs: 10.5 * day, batch: 3 }, now, never)
    expect(again).toEqual({ activity: 0, revisions: 0 })
  })

  it('each row once, by several processes at once', async () => {
    const database = await open()
    closing.push(database.drop)
    const engines = [await start(database), await start(database), await start(database)]
    await fill(database)
    const removed = await Promise.all(
      engines.map((engine) => removeOld(engine, { activityMs: 0, revisionsMs: 0, batch: 2 }, now, never)),
    )
    expect(await left(engines[0] ?? expect.fail())).toEqual([[], []])
    expect(removed.reduce((sum, { activity }) => sum + activity, 0)).toBe(20)
    expect(removed.reduce((sum, { revisions }) => sum + revisions, 0)).toBe(20)
  })

  it('on a schedule, until it is stopped', async () => {
    const database = await open()
    closing.push(database.drop)
    const engine = await start(database)
    await fill(database)
    const failures: unknown[] = []
    const retention = { activityMs: 0, revisionsMs: 0, batch: 500 }
    const jobs = startJobs([retentionJob('* * * * * *', engine, retention)], (_job, error) => failures.push(error))
    for (let count = 0; count < 100 && (await left(engine)).flat().length > 0; count += 1)
      await new Promise((resolve) => setTimeout(resolve, 50))
    await jobs.stop()
    expect([await left(engine), failures]).toEqual([[[], []], []])
  })

  it('sessions, a day after they were over', async () => {
    const database = await open()
    closing.push(database.drop)
    const engine = await start(database)
    const model = engine.live.current()
    await engine.database.transaction(async (connection) => {
      for (const [token, hours] of [
        ['ahead', 1],
        ['just over', -1],
        ['over', -23],
        ['old', -25],
        ['older', -90],
      ] as const) {
        const expires = new Date(now.getTime() + hours * 3_600_000).toISOString()
        await insertTrusted('directus_sessions', { token, expires }, model, connection)
      }
    })
    expect(await removeEndedSessions(engine, 1, now, never)).toBe(2)
    const rows = await readTrusted(
      { collection: 'directus_sessions', where: null, fields: [], secrets: ['token'] },
      model,
      engine.database,
    )
    expect(rows.map(({ token }) => token)).toEqual(['ahead', 'just over', 'over'])
  })

  it('nothing where there is no record', async () => {
    const database = await open()
    closing.push(database.drop)
    const engine = await createEngine({ database: database.settings, excludeTables: [], checkIntervalMs: null })
    closing.push(engine.close)
    expect(await removeOld(engine, { activityMs: 0, revisionsMs: 0, batch: 2 }, now, never)).toEqual({
      activity: 0,
      revisions: 0,
    })
  })
})

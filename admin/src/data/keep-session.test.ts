// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepSession } from './keep-session.ts'
import { currentMark, currentSession, startTokenSession, startUserSession } from './session.ts'

const onEnded = vi.fn<() => void>()
const onChanged = vi.fn<() => void>()
const fetching = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const reply = (body: unknown, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }))
const prolonged = () => reply({ data: { auth_refresh: { expires: '100000' } } })

let stop: () => void = () => undefined

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  vi.useFakeTimers({ now: 1_000_000 })
  vi.stubGlobal('fetch', fetching.mockReset().mockImplementation(prolonged))
  onEnded.mockReset()
  onChanged.mockReset()
})
afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const begin = () => void (stop = keepSession({ onEnded, onChanged }))

test('makes a session longer when half of its time is over, and again', async () => {
  startUserSession(100_000)
  begin()
  await vi.advanceTimersByTimeAsync(49_000)
  expect(fetching).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(fetching).toHaveBeenCalledTimes(1)
  const [url, init] = fetching.mock.lastCall ?? []
  expect(url).toBe('/graphql/system')
  expect(init?.credentials).toBe('same-origin')
  expect(JSON.parse(String(init?.body as string))).toEqual({
    query: 'mutation($v1: auth_mode) { auth_refresh(mode: $v1) { expires } }',
    variables: { v1: 'session' },
  })
  expect(currentMark()).toMatchObject({ startedAt: 1_000_000, expiresAt: expect.closeTo(1_150_000, -4) as number })
  await vi.advanceTimersByTimeAsync(52_000)
  expect(fetching).toHaveBeenCalledTimes(2)
})

test('looks at once when somebody comes back', async () => {
  startUserSession(100_000)
  begin()
  await vi.advanceTimersByTimeAsync(0)
  // A sleeping machine: time goes on, timers don't.
  vi.setSystemTime(1_080_000)
  window.dispatchEvent(new Event('focus'))
  await vi.advanceTimersByTimeAsync(0)
  expect(fetching).toHaveBeenCalledTimes(1)
})

test('another tab that was faster leaves nothing to do', async () => {
  startUserSession(100_000)
  begin()
  await vi.advanceTimersByTimeAsync(0)
  localStorage.setItem(
    'tablegraph.session',
    JSON.stringify({ startedAt: 1_000_000, refreshedAt: 1_040_000, expiresAt: 1_140_000 }),
  )
  await vi.advanceTimersByTimeAsync(60_000)
  expect(fetching).not.toHaveBeenCalled()
})

test('tabs wait for one another', async () => {
  let release: (() => void) | null = null
  const request = vi.fn(
    (_: string, run: () => Promise<void>) => new Promise<void>((done) => (release = () => void run().then(done))),
  )
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { locks: { request } }))
  startUserSession(100_000)
  begin()
  await vi.advanceTimersByTimeAsync(55_000)
  expect(request).toHaveBeenCalledTimes(1)
  expect(fetching).not.toHaveBeenCalled()
  // Meanwhile the tab that held the lock has done it.
  localStorage.setItem(
    'tablegraph.session',
    JSON.stringify({ startedAt: 1_000_000, refreshedAt: 1_055_000, expiresAt: 1_155_000 }),
  )
  const go = release as (() => void) | null // assigned in the promise above
  go?.()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(fetching).not.toHaveBeenCalled()
})

test('a session that the server ended is over here', async () => {
  fetching.mockImplementation(() =>
    reply({ errors: [{ message: 'no', extensions: { code: 'INVALID_CREDENTIALS' } }] }, 401),
  )
  startUserSession(100_000)
  begin()
  await vi.advanceTimersByTimeAsync(51_000)
  expect(onEnded).toHaveBeenCalledTimes(1)
  expect(currentSession()).toBeNull()
})

test('a server that does not answer is asked again, and nobody is put out', async () => {
  fetching.mockRejectedValueOnce(new TypeError('fetch failed'))
  startUserSession(100_000)
  begin()
  await vi.advanceTimersByTimeAsync(51_000)
  expect(fetching).toHaveBeenCalledTimes(1)
  expect(currentSession()).toEqual({ kind: 'user' })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(fetching).toHaveBeenCalledTimes(2)
  expect(onEnded).not.toHaveBeenCalled()
})

test('holders of tokens have nothing to refresh', async () => {
  startUserSession(100_000)
  startTokenSession('a-token', { keep: false })
  begin()
  await vi.advanceTimersByTimeAsync(200_000)
  expect(fetching).not.toHaveBeenCalled()
})

const fromOtherTab = (oldValue: string | null, newValue: string | null) => {
  if (newValue === null) localStorage.removeItem('tablegraph.session')
  else localStorage.setItem('tablegraph.session', newValue)
  window.dispatchEvent(new StorageEvent('storage', { key: 'tablegraph.session', oldValue, newValue }))
}
const markOf = (startedAt: number, refreshedAt = startedAt) =>
  JSON.stringify({ startedAt, refreshedAt, expiresAt: 2_000_000 })

test('tabs go out together, and to another user together', () => {
  begin()
  fromOtherTab(null, markOf(1))
  expect(onChanged).toHaveBeenCalledTimes(1)
  fromOtherTab(markOf(1), markOf(1, 500))
  expect(onChanged).toHaveBeenCalledTimes(1)
  fromOtherTab(markOf(1, 500), markOf(2))
  expect(onChanged).toHaveBeenCalledTimes(2)
  expect(onEnded).not.toHaveBeenCalled()
  fromOtherTab(markOf(2), null)
  expect(onEnded).toHaveBeenCalledTimes(1)
})

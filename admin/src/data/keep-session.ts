/**
 * A user's session stays open while the Studio is: it is made longer when half of its time is over, at once when somebody
 * comes back to a tab, and by one tab for all. Tabs follow one another: out together, and to another user together.
 */
import { doorClient } from './clients.ts'
import { RequestError } from './generated/runtime/errors.ts'
import { currentMark, currentSession, endSession, markKey, prolongUserSession, type SessionMark } from './session.ts'

type Listeners = {
  /** The session is over: it expired, was ended elsewhere, or by another tab. */
  readonly onEnded: () => void
  /** Another tab has signed somebody in, whose cookie is this tab's too. */
  readonly onChanged: () => void
}

const longestWaitMs = 10 * 60_000
const retryMs = 10_000

/** Begins to look after the session. @returns ends it */
export function keepSession({ onEnded, onChanged }: Listeners): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined

  const schedule = (waitMs: number): void => {
    clearTimeout(timer)
    timer = setTimeout(look, waitMs)
  }
  const look = (): void => void lookAfter().then(schedule)

  /** @returns when to look again, in milliseconds from now */
  async function lookAfter(): Promise<number> {
    const mark = currentMark()
    if (mark === null || currentSession()?.kind !== 'user') return longestWaitMs
    if (Date.now() < dueAt(mark)) return Math.min(dueAt(mark) - Date.now(), longestWaitMs)
    try {
      await alone(prolong)
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== 401) return retryMs
      endSession()
      onEnded()
    }
    return 1_000
  }

  const onStorage = ({ key, oldValue, newValue }: StorageEvent): void => {
    // A null key: everything was cleared.
    if (key !== markKey && key !== null) return
    const session = currentSession()
    if (session === null && oldValue !== newValue) onEnded()
    if (session?.kind === 'user' && startOf(oldValue) !== startOf(newValue)) onChanged()
    schedule(0)
  }
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') schedule(0)
  }

  window.addEventListener('storage', onStorage)
  window.addEventListener('focus', look)
  window.addEventListener('online', look)
  document.addEventListener('visibilitychange', onVisible)
  schedule(0)
  return () => {
    clearTimeout(timer)
    window.removeEventListener('storage', onStorage)
    window.removeEventListener('focus', look)
    window.removeEventListener('online', look)
    document.removeEventListener('visibilitychange', onVisible)
  }
}

const dueAt = ({ refreshedAt, expiresAt }: SessionMark): number => (refreshedAt + expiresAt) / 2

/** Asked inside the lock: another tab may have done it while this one waited. */
async function prolong(): Promise<void> {
  const mark = currentMark()
  if (mark === null || Date.now() < dueAt(mark)) return
  const { auth_refresh: tokens } = await doorClient.mutate({ auth_refresh: { $: { mode: 'session' }, expires: true } })
  // Somebody may have signed out meanwhile.
  if (currentMark()?.startedAt === mark.startedAt) prolongUserSession(mark, Number(tokens?.expires ?? 0))
}

/** One tab at a time. Browsers have locks behind TLS only; without, the server's time of grace for a former cookie must do. */
const alone = (run: () => Promise<void>): Promise<void> =>
  'locks' in navigator ? navigator.locks.request('tablegraph.session', run) : run()

const startOf = (text: string | null): unknown => {
  try {
    const mark: unknown = JSON.parse(text ?? 'null')
    return typeof mark === 'object' && mark !== null ? Reflect.get(mark, 'startedAt') : null
  } catch {
    return null
  }
}

/** Long work that need not hold up everybody else: it is written as a generator, and each `yield` is a place to stop. */
export type Sliced<T> = Generator<void, T, void>

/** In milliseconds; what waits has its turn after each. */
const sliceMs = 8

/** `items.map(make)`, with a place to stop after each. */
export function* mapEach<T, R>(items: Iterable<T>, make: (item: T) => R): Sliced<R[]> {
  const made: R[] = []
  for (const item of items) {
    made.push(make(item))
    yield
  }
  return made
}

/** All of it at once. */
export function finish<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/** Slice by slice. */
export async function finishInSlices<T>(work: Sliced<T>): Promise<T> {
  const takeTurns = createTurns()
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    await takeTurns()
  }
}

/** To be awaited between two pieces of work: what waits has its turn when the slice is used up. */
export function createTurns(): () => Promise<void> | void {
  let end = performance.now() + sliceMs
  return () => {
    if (performance.now() < end) return undefined
    return ownTurn().then(() => {
      end = performance.now() + sliceMs
    })
  }
}

const waiting: (() => void)[] = []

/** A turn of the event loop that nobody else gets who waits here: long pieces of work, however many, hold it up one by one. */
export function ownTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(giveTurn)
  })
}

function giveTurn(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(giveTurn)
}

/** The values, each of which is there when it is its turn: for who goes through a long list and waits for promises. */
export function inTurns<T>(values: readonly T[]): readonly Promise<T>[] {
  const waiting = values.map((value) => ({ value, ...Promise.withResolvers<T>() }))
  void (async () => {
    const takeTurns = createTurns()
    for (const { value, resolve } of waiting) {
      resolve(value)
      await takeTurns()
    }
  })()
  return waiting.map(({ promise }) => promise)
}

/** What is longer is written in several steps. `depth`: so far down it is looked whether something is. */
const long = { values: 100, characters: 50_000, depth: 3 }

/** JSON as `JSON.stringify` writes it, of a value that may be very large. */
export function* jsonText(value: unknown): Sliced<string> {
  // Texts are put together by `+`, which copies nothing: a join of some megabytes would be a long step of its own.
  if (typeof value === 'string' && value.length > long.characters) {
    let text = '"'
    for (const piece of piecesOf(value)) {
      text += JSON.stringify(piece).slice(1, -1)
      yield
    }
    return `${text}"`
  }
  if (typeof value !== 'object' || value === null || 'toJSON' in value || !isLong(value))
    return JSON.stringify(value) ?? 'null'
  const isList = Array.isArray(value)
  let text = ''
  for (const [key, element] of Object.entries(value)) {
    if (element === undefined && !isList) continue
    const start = `${text === '' ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}`
    text += start + (yield* jsonText(element))
    yield
  }
  return isList ? `[${text}]` : `{${text}}`
}

/** Whether a value is long, or something inside of it. */
function isLong(value: unknown, depth = long.depth): boolean {
  if (typeof value === 'string') return value.length > long.characters
  if (typeof value !== 'object' || value === null || depth === 0) return false
  const inner = Object.values(value)
  return inner.length > long.values || inner.some((each) => isLong(each, depth - 1))
}

/** No piece ends between the two halves of a character. */
function* piecesOf(text: string): Iterable<string> {
  for (let start = 0; start < text.length;) {
    const last = text.charCodeAt(start + long.characters - 1)
    const end = start + long.characters + (last >= 0xd800 && last <= 0xdbff ? 1 : 0)
    yield text.slice(start, end)
    start = end
  }
}

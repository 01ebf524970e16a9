/** A long JSON array, element by element: memory holds one of them. */
import { malformed } from '../parse/json-body.ts'

/** The text of one element, and the line it begins in, from 1. */
export type JsonElement = { readonly text: string; readonly line: number }

/**
 * Splits the text of an array; the elements themselves are not looked into beyond strings and brackets.
 *
 * @param maxLength of one element, in characters
 * @throws INVALID_PAYLOAD when it is not one array, or an element is too long
 */
export async function* jsonElements(chunks: AsyncIterable<string>, maxLength: number): AsyncGenerator<JsonElement> {
  const found: JsonElement[] = []
  const splitter = createSplitter(maxLength, (element) => found.push(element))
  for await (const chunk of chunks) {
    splitter.take(chunk)
    yield* found.splice(0)
  }
  splitter.end()
}

function createSplitter(maxLength: number, emit: (element: JsonElement) => void) {
  let place: 'before' | 'inside' | 'after' = 'before'
  let text = ''
  let depth = 0
  let isString = false
  let isEscaped = false
  let isBegun = false
  let isAfterComma = false
  let line = 1
  let beginsAt = 1

  /** What a character inside the array ends: an element, the array with it, or nothing. */
  function endOf(character: string): 'element' | 'array' | null {
    if (isString) {
      if (isEscaped) isEscaped = false
      else if (character === '\\') isEscaped = true
      else if (character === '"') isString = false
      return null
    }
    if (character === '"') isString = true
    else if (character === '[' || character === '{') depth += 1
    else if (depth > 0) depth -= character === ']' || character === '}' ? 1 : 0
    else if (character === ',') return 'element'
    else if (character === ']') return 'array'
    return null
  }

  function checkLength(): void {
    if (text.length > maxLength) malformed(`The element in line ${beginsAt} is longer than ${maxLength} characters.`)
  }

  function finish(end: 'element' | 'array'): void {
    checkLength()
    if (isBegun) emit({ text, line: beginsAt })
    else if (end === 'element' || isAfterComma) malformed(`An element is missing in line ${line}.`)
    isBegun = false
    isAfterComma = end === 'element'
    text = ''
    if (end === 'array') place = 'after'
  }

  return {
    take(chunk: string): void {
      let start = 0
      for (let at = 0; at < chunk.length; at++) {
        const character = chunk[at] ?? ''
        if (character === '\n') line += 1
        if (place !== 'inside') {
          if (isSpace(character)) continue
          if (place === 'after' || character !== '[') malformed('The file must be one JSON array.')
          place = 'inside'
          start = at + 1
          continue
        }
        const end = endOf(character)
        if (end !== null) {
          text += chunk.slice(start, at)
          start = at + 1
          finish(end)
        } else if (!isBegun && !isSpace(character)) {
          isBegun = true
          beginsAt = line
        }
      }
      if (place === 'inside') text += chunk.slice(start)
      checkLength()
    },
    end(): void {
      if (place !== 'after') malformed('The JSON array has no end.')
    },
  }
}

const isSpace = (character: string): boolean =>
  character === ' ' || character === '\n' || character === '\r' || character === '\t'

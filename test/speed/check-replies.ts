/** Before anything is measured: all servers give the same JSON for the same requests. */
import { isDeepStrictEqual } from 'node:util'
import type { Target } from './report.ts'
import type { Scenario } from './scenarios.ts'
import { ask, type RunningServer } from './servers.ts'

/**
 * Asks every server for the same part of a scenario.
 *
 * @returns how many bytes each server's replies have, by request, for the load generator to compare with
 * @throws when a reply isn't 200, or isn't the JSON that the first server gave
 */
export async function checkSameReplies(
  scenario: Scenario,
  { first, count }: { readonly first: number; readonly count: number },
  servers: ReadonlyMap<Target, RunningServer>,
): Promise<ReadonlyMap<Target, readonly number[]>> {
  const lengths = new Map([...servers.keys()].map((target) => [target, [] as number[]]))
  for (let n = first; n < first + count; n++) {
    const request = scenario.request(n)
    let expected: Body | undefined
    for (const [target, server] of servers) {
      const { status, body } = await ask(server.port, request)
      if (status !== 200)
        throw new Error(`${scenario.name}, request ${n}: ${target} answered ${status} ${body.slice(0, 1000)}`)
      lengths.get(target)?.push(Buffer.byteLength(body))
      if (expected === undefined) expected = { text: body, json: JSON.parse(body) }
      else if (body !== expected.text && !isDeepStrictEqual(JSON.parse(body), expected.json)) {
        throw new Error(
          `${scenario.name}, request ${n}: ${target} answered otherwise.\n${JSON.stringify(request)}\n${differenceOf(expected.text, body)}`,
        )
      }
    }
  }
  return lengths
}

type Body = { readonly text: string; readonly json: unknown }

function differenceOf(expected: string, found: string): string {
  let at = 0
  while (at < expected.length && expected[at] === found[at]) at++
  const around = (text: string) => text.slice(Math.max(0, at - 100), at + 200)
  return `expected … ${around(expected)}\nfound    … ${around(found)}`
}

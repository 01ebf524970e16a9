/** The whole Studio at an address, as in a browser, with a server that answers by the root field that is asked. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { configure, render } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, vi } from 'vitest'
import { createQueryClient } from '../data/query-client.ts'
import { createStudioRouter } from '../routes.tsx'
import { theme } from '../shell/theme.ts'
import './render.tsx'

// The machine may be busy with other tests.
configure({ asyncUtilTimeout: 5_000 })

/** A refusal, as the server sends it. */
export type Refusal = {
  readonly code: string
  readonly status: number
  readonly extensions?: Readonly<Record<string, unknown>>
}

export const refused = (code: string, status: number, extensions = {}): Refusal => ({ code, status, extensions })

const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === 'object' && answer !== null && 'code' in answer && 'status' in answer

/** What is asked: the root field, its variables in the order of the arguments, and whether cookies go along. */
export type Asked = {
  readonly field: string
  readonly values: readonly unknown[]
  readonly sendsCookies: boolean
  readonly authorization: string | null
}

/** Root field → its value, or a refusal; `offline` for all gives no answer. */
export type Answers = Readonly<Record<string, unknown>>

export const serverInfo = (more: object = {}, project: object = {}) => ({
  project: { project_name: 'The shop', public_registration: false, ...project },
  setupCompleted: true,
  ...more,
})

/** What a server says to whoever may see nothing in particular. */
export const usual: Answers = { server_info: serverInfo(), collections: [], fields: [] }

let answers: Answers = usual
let asked: Asked[] = []

beforeEach(() => {
  answers = usual
  asked = []
  localStorage.clear()
  sessionStorage.clear()
  vi.stubGlobal('fetch', answer)
})
afterEach(() => vi.unstubAllGlobals())

/** Changes what the server says from now on. */
export const serverSays = (more: Answers): void => void (answers = { ...answers, ...more })

/** What was asked of one root field so far. */
export const askedFor = (field: string): readonly Asked[] => asked.filter((request) => request.field === field)

function answer(_url: string, init: RequestInit): Promise<Response> {
  if (answers.offline === true) return Promise.reject(new TypeError('fetch failed'))
  const { query, variables } = JSON.parse(String(init.body as string)) as { query: string; variables: object } // what the client sends
  const data: Record<string, unknown> = {}
  for (const field of rootFields(query)) {
    asked.push({
      field,
      values: Object.values(variables),
      sendsCookies: init.credentials !== 'omit',
      authorization: new Headers(init.headers).get('authorization'),
    })
    const value = field in answers ? answers[field] : refused('GRAPHQL_VALIDATION', 400)
    if (isRefusal(value)) {
      const { code, status, extensions } = value
      const body = { errors: [{ message: `Refused: ${code}.`, extensions: { ...extensions, code } }] }
      return Promise.resolve(new Response(JSON.stringify(body), { status }))
    }
    data[field] = value
  }
  return Promise.resolve(new Response(JSON.stringify({ data })))
}

/** Names at the first depth of a document: of a field that has another there, that one. */
function rootFields(document: string): readonly string[] {
  const names: string[] = []
  let depth = 0
  let isNamed = false
  for (const [token] of document.replace(/^[^{]*/, '').matchAll(/[{}():]|[\w$]+/g)) {
    if (token === '{' || token === '(') depth += 1
    else if (token === '}' || token === ')') depth -= 1
    else if (depth === 1 && token === ':') isNamed = true
    else if (depth === 1 && isNamed) isNamed = false
    else if (depth === 1) names.push(token)
  }
  return names
}

/** Opens the Studio at an address below `/admin`. */
export async function openStudio(path: string) {
  window.history.replaceState(null, '', `/admin${path}`)
  const cache = createQueryClient({ onSignedOut: () => undefined, onForbidden: () => undefined })
  const router = createStudioRouter(cache)
  const user = userEvent.setup()
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  await router.load()
  return { user, router, cache, path: () => router.state.location.href }
}

/** As if a user had signed in before. */
export const signedIn = (): void =>
  localStorage.setItem(
    'tablegraph.session',
    JSON.stringify({ startedAt: Date.now(), refreshedAt: Date.now(), expiresAt: Date.now() + 86_400_000 }),
  )

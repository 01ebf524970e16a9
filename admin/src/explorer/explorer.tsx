/** GraphiQL, asking the endpoint that it was opened at, as who is signed in at the Studio, or with the token of its own field. */
import { GraphiQL } from 'graphiql'
import { type FormEvent, useState } from 'react'
import { currentSession, currentToken, endSession, startTokenSession } from '../data/session.ts'

export function Explorer() {
  // Another token sees another schema: a new key makes the explorer ask for it again.
  const [token, setToken] = useState(currentToken)
  const change = (next: string | null) => {
    if (next === null) endSession()
    else startTokenSession(next, { keep: false })
    setToken(next)
  }
  return (
    <div className="explorer">
      <TokenBar token={token} onChange={change} />
      <div className="explorer-body">
        <GraphiQL
          key={token}
          fetcher={(request, options) => send(request, token, options?.headers)}
          defaultEditorToolsVisibility="variables"
          defaultQuery={firstQuery}
        >
          <GraphiQL.Logo>
            <span>GraphQL explorer</span>
          </GraphiQL.Logo>
        </GraphiQL>
      </div>
    </div>
  )
}

const firstQuery = `# Ctrl+Enter runs the query, Ctrl+Space shows what can be asked.
# Keys, decimals and bigints as REST sends them: query Name @wire(format: REST) { … }
{
  __schema {
    queryType {
      fields {
        name
      }
    }
  }
}
`

function TokenBar({
  token,
  onChange,
}: {
  readonly token: string | null
  readonly onChange: (token: string | null) => void
}) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entered = new FormData(event.currentTarget).get('token')
    if (typeof entered === 'string' && entered.trim() !== '') onChange(entered.trim())
  }
  const other = location.pathname.replace(/\/$/, '') === '/graphql/system' ? '/graphql' : '/graphql/system'
  return (
    <header className="explorer-bar">
      <a href="/admin/">Studio</a>
      <nav aria-label="Endpoint">
        <span aria-current="page">{location.pathname}</span>
        <a href={other}>{other}</a>
      </nav>
      {token === null && currentSession()?.kind === 'user' ? (
        <div className="explorer-signed-in">
          <span>Signed in at the Studio</span>
        </div>
      ) : token === null ? (
        <form onSubmit={submit}>
          <label htmlFor="token">Access token</label>
          <input
            id="token"
            name="token"
            type="password"
            autoComplete="current-password"
            placeholder="none: you ask as a visitor"
          />
          <button type="submit">Use</button>
        </form>
      ) : (
        <div className="explorer-signed-in">
          <span>Signed in by token</span>
          <button type="button" onClick={() => onChange(null)}>
            Sign out
          </button>
        </div>
      )}
    </header>
  )
}

type HeaderValues = Readonly<Record<string, string>>

/** Headers of the explorer's own field come last, so that they win. */
async function send(request: object, token: string | null, headers: HeaderValues = {}): Promise<object> {
  const response = await fetch(location.pathname, {
    method: 'POST',
    credentials: token === null && currentSession()?.kind === 'user' ? 'same-origin' : 'omit',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(request),
  })
  const reply: unknown = await response.json()
  return typeof reply === 'object' && reply !== null
    ? reply
    : { errors: [{ message: `The server answered with status ${response.status}.` }] }
}

/** The request line's target, taken apart by hand: `URL` costs more than a small request. */

export type Target = {
  /** Undecoded, without the query string. */
  readonly path: string
  /** Undecoded, without `?` and without `access_token`. */
  readonly query: string
  /** Every `access_token` of the query string, decoded. */
  readonly tokens: readonly string[]
}

/** Splits `/items/a?limit=1&access_token=x`. A target with a scheme and host (as proxies send it) loses them. */
export function parseTarget(target: string): Target {
  const local = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  const questionMark = local.indexOf('?')
  const path = (questionMark === -1 ? local : local.slice(0, questionMark)) || '/'
  const query = questionMark === -1 ? '' : local.slice(questionMark + 1)
  if (!query.includes('access')) return { path, query, tokens: [] }

  const isToken = (parameter: string) => decoded(parameter.split('=', 1)[0] ?? '') === 'access_token'
  const parameters = query.split('&')
  return {
    path,
    query: parameters.filter((parameter) => !isToken(parameter)).join('&'),
    tokens: parameters.filter(isToken).map((parameter) => decoded(parameter.slice(parameter.indexOf('=') + 1))),
  }
}

/** Percent-decoded as a form writes it; left as it is where that is not possible. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

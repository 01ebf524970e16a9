/** What is answered to bytes that are no HTTP request: the server has no request to hand over then. */
import type { Socket } from 'node:net'
import { EngineError } from '#schema-engine/errors.ts'
import { errorReply } from './error-reply.ts'

/** Longest request line and headers: room for long filters in a query string, as proxies allow it at most. */
export const maxHeaderBytes = 65_536

/** Answers in the envelope of all errors, and hangs up. */
export function refuseUnreadable(error: Error, socket: Socket): void {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [line, refusal] = refusals[String(code)] ?? notHttp
  const { headers, body } = errorReply(refusal)
  const fields = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' })
  socket.end(`HTTP/1.1 ${line}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
}

type Refusal = readonly [statusLine: string, error: EngineError]

/** By the code of Node's error. */
const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    new EngineError('CONTENT_TOO_LARGE', {
      reason: `The address and headers are longer than ${maxHeaderBytes} bytes; send a SEARCH or POST with a body instead.`,
    }),
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', new EngineError('OUT_OF_TIME')],
}

const notHttp: Refusal = [
  '400 Bad Request',
  new EngineError('INVALID_PAYLOAD', { reason: 'That is not an HTTP request.' }),
]

/** Reads HTTP/1.1 replies of one connection out of what its socket brings, looking at no more than it must. */

export type Reply = {
  readonly status: number
  /** Bytes of the body, without the framing of chunks. */
  readonly length: number
  /** The body's first bytes, for a message. */
  readonly start: string
  readonly startsWithErrors: boolean
}

const headEnd = Buffer.from('\r\n\r\n')
const startBytes = 200

export class ReplyReader {
  #head: Buffer = Buffer.alloc(0)
  #status = 0
  /** Bytes of the body still to come; null while the head is read or when it comes in chunks. */
  #missing: number | null = null
  #chunks: ChunkReader | null = null
  #length = 0
  #start = ''

  /** @returns the reply that this piece completes, null when there is more to come; replies never overlap here */
  take(piece: Buffer): Reply | null {
    let body = piece
    if (this.#status === 0) {
      const head = this.#head.length === 0 ? piece : Buffer.concat([this.#head, piece])
      const end = head.indexOf(headEnd)
      if (end < 0) {
        this.#head = head
        return null
      }
      this.#readHead(head.toString('latin1', 0, end))
      body = head.subarray(end + headEnd.length)
    }
    return this.#takeBody(body)
  }

  #readHead(head: string): void {
    this.#status = Number(head.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)
    if (length) this.#missing = Number(length[1])
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#chunks = new ChunkReader()
    else throw new Error('A reply told neither its length nor that it comes in chunks.')
  }

  #takeBody(body: Buffer): Reply | null {
    if (this.#start.length < startBytes) this.#start += body.toString('latin1', 0, startBytes)
    if (this.#chunks) {
      const { bytes, isLast } = this.#chunks.take(body)
      this.#length += bytes
      return isLast ? this.#finish() : null
    }
    this.#length += body.length
    this.#missing = (this.#missing ?? 0) - body.length
    return this.#missing <= 0 ? this.#finish() : null
  }

  #finish(): Reply {
    const reply = {
      status: this.#status,
      length: this.#length,
      start: this.#start,
      startsWithErrors: /^(?:[\da-f]+\r\n)?\{"errors"/.test(this.#start),
    }
    this.#head = Buffer.alloc(0)
    this.#status = 0
    this.#missing = null
    this.#chunks = null
    this.#length = 0
    this.#start = ''
    return reply
  }
}

/** Takes the framing off a body in chunks (RFC 9112 §7.1), counting what is left. */
class ChunkReader {
  #line = ''
  #inChunk = 0
  #isTrailer = false

  take(piece: Buffer): { bytes: number; isLast: boolean } {
    let bytes = 0
    let at = 0
    while (at < piece.length) {
      if (this.#inChunk > 0) {
        const taken = Math.min(this.#inChunk, piece.length - at)
        // The two bytes that end a chunk were counted in when its size was read.
        bytes += Math.max(0, Math.min(taken, this.#inChunk - 2))
        this.#inChunk -= taken
        at += taken
        continue
      }
      const newline = piece.indexOf(10, at)
      if (newline < 0) {
        this.#line += piece.toString('latin1', at)
        break
      }
      const line = (this.#line + piece.toString('latin1', at, newline)).trimEnd()
      this.#line = ''
      at = newline + 1
      if (this.#isTrailer) {
        if (line === '') return { bytes, isLast: true }
        continue
      }
      const size = Number.parseInt(line, 16)
      if (size === 0) this.#isTrailer = true
      else this.#inChunk = size + 2
    }
    return { bytes, isLast: false }
  }
}

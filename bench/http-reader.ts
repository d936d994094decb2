const HEAD_END = Buffer.from('\r\n\r\n')
const EMPTY = Buffer.alloc(0)

/**
 * Reads HTTP/1.1 replies off one connection: just enough of the protocol for the bench (content-length and chunked),
 * strict in what it takes, and cheap, since the load shares its core with the mock.
 */
export class HttpReader {
  status = 0
  private state: 'head' | 'length' | 'size' | 'data' | 'data-end' | 'trailer' = 'head'
  private left = 0
  private kept: Buffer = EMPTY
  private readonly onPayload: (bytes: Buffer) => void

  constructor(onPayload: (bytes: Buffer) => void) {
    this.onPayload = onPayload
  }

  /** @returns true when the reply is complete. @throws Error when it is no HTTP that we know */
  push(chunk: Buffer): boolean {
    let bytes = this.kept.length === 0 ? chunk : Buffer.concat([this.kept, chunk])
    this.kept = EMPTY
    for (;;) {
      if (this.state === 'length' || this.state === 'data') {
        const taken = Math.min(this.left, bytes.length)
        if (taken > 0) this.onPayload(bytes.subarray(0, taken))
        this.left -= taken
        bytes = bytes.subarray(taken)
        if (this.left > 0) return false
        if (this.state === 'length') return this.finish(bytes)
        this.state = 'data-end'
      }
      const line = bytes.indexOf(this.state === 'head' ? HEAD_END : '\r\n')
      if (line < 0) {
        this.kept = bytes
        return false
      }
      const text = bytes.toString('latin1', 0, line)
      bytes = bytes.subarray(line + (this.state === 'head' ? 4 : 2))
      if (this.readLine(text)) return this.finish(bytes)
    }
  }

  /** @returns true when that line ended the reply */
  private readLine(text: string): boolean {
    if (this.state === 'head') {
      this.readHead(text)
      return false
    }
    if (this.state === 'data-end') {
      if (text !== '') throw new Error(`a chunk longer than it said: ${text.slice(0, 40)}`)
      this.state = 'size'
      return false
    }
    if (this.state === 'trailer') return text === ''
    this.left = Number.parseInt(text, 16)
    if (!Number.isSafeInteger(this.left)) throw new Error(`no chunk size: ${text.slice(0, 40)}`)
    this.state = this.left === 0 ? 'trailer' : 'data'
    return false
  }

  private readHead(text: string): void {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(text)
    if (status === null) throw new Error(`no HTTP/1.1 status line: ${text.slice(0, 40)}`)
    this.status = Number(status[1])
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)
    if (/\r\ntransfer-encoding: *chunked/i.test(text)) this.state = 'size'
    else if (length === null) throw new Error(`a reply without a length: ${text.slice(0, 200)}`)
    else {
      this.state = 'length'
      this.left = Number(length[1])
    }
  }

  private finish(rest: Buffer): boolean {
    if (rest.length > 0) throw new Error('bytes after the end of the reply')
    this.state = 'head'
    return true
  }
}

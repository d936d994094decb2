import type { ServerResponse } from 'node:http'
import type { Sink } from '../gateway/call.ts'
import { CLIENT_GONE } from '../gateway/call.ts'

/**
 * A stream's way out over the client's socket.
 * @param slowReaderMs how long a reader may take nothing before it counts as gone; milliseconds
 */
export function socketSink(response: ServerResponse, slowReaderMs: number): Sink {
  return {
    write: (bytes) => response.write(bytes),
    drained: () =>
      new Promise((resolve, reject) => {
        if (response.destroyed || response.closed) {
          reject(CLIENT_GONE)
          return
        }
        const timer = setTimeout(() => response.destroy(), slowReaderMs)
        const finish = (settle: () => void) => () => {
          clearTimeout(timer)
          response.off('drain', onDrain)
          response.off('close', onClose)
          settle()
        }
        const onDrain = finish(resolve)
        const onClose = finish(() => reject(CLIENT_GONE))
        response.on('drain', onDrain)
        response.on('close', onClose)
      }),
  }
}

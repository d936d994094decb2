import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares two secrets without telling by its time where they differ, or whether their lengths do. */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  const digest = (value: string | Uint8Array) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** The command did its work and the answer is bad news, already printed: exit code 1 and nothing more to say. */
export class FailedError extends Error {
  override readonly name = 'FailedError'
}

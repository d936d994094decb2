/** Bytes that are no picture of the kind that we draw. Nobody is told: the page is then as without a logo. */
export class NoPicture extends Error {
  /** @param problem 'the checksum of a chunk is wrong' */
  constructor(problem: string, cause?: unknown) {
    super(`no picture: ${problem}`, cause === undefined ? {} : { cause })
    this.name = 'NoPicture'
  }
}

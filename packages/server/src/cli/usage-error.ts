/** The command was not written as it must be: exit code 2. The message never repeats what may be a secret. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** What to write instead; undefined: see the help. */
  readonly fix: string | undefined

  constructor(message: string, fix?: string) {
    super(message)
    this.fix = fix
  }
}

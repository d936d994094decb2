import type { MockModel } from './mock-replies.ts'

/** One way from the load to the mock. */
export type Contender = {
  name: string
  /** What it does to a call, for the reader of the table. */
  about: string
  port: number
  path: string
  headers: Record<string, string>
  /** What the mock's model is called there. */
  model(name: MockModel): string
  /** The process to account for; undefined for the direct way. */
  pid: number | undefined
  /** From starting the process to its first answer, in milliseconds. */
  startMs: number
  stop(): Promise<void>
}

/** Why a contender is not in the table. */
export type Absent = { name: string; absent: string }

/** Starts a contender in front of the mock. It can be started again after it was stopped. */
export type Starter = { name: string; start(mockPort: number): Promise<Contender | Absent> }

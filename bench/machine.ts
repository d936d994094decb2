import { cpus, loadavg, release, type as system, totalmem } from 'node:os'

/** Where the figures were taken: a figure without its machine says nothing. */
export type Machine = {
  cpu: string
  cores: number
  memoryGib: number
  kernel: string
  node: string
  date: string
  /** What else the machine had to do in the minute before: figures of a busy one are ratios at best. */
  loadBefore: number
}

export function describeMachine(): Machine {
  const cores = cpus()
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGib: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    // What follows the version names a distribution or a host.
    kernel: `${system()} ${release().split('-')[0]}`,
    node: process.version,
    date: new Date().toISOString(),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}

import { cpus, release, type as system, totalmem } from 'node:os'

/** Where the figures were taken: a figure without its machine says nothing. */
export type Machine = { cpu: string; cores: number; memoryGib: number; kernel: string; node: string; date: string }

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
  }
}

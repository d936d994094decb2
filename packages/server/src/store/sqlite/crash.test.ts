import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { proofCount } from '../suite/subject.ts'
import { crashAgainAndAgain } from './crash-driver.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyway-crash-'))
afterEach(() => rmSync(folder, { recursive: true }))

it('loses nothing that it acknowledged, wherever it is killed', { timeout: 1_800_000 }, async () => {
  const seed = Number(process.env['KEYWAY_SEED'] ?? Date.now() % 2 ** 32)
  const kills = proofCount(500)
  const report = await crashAgainAndAgain({ home: join(folder, 'home'), kills, seed })
  expect(report.problems, `seed ${seed}, kill ${report.kills}`).toEqual([])
  expect(report.kills).toBe(kills)
  expect(report.settlements).toBeGreaterThan(0)
  expect(report.releases).toBeGreaterThan(0)
})

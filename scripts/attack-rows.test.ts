import { expect, test } from 'vitest'
import { attackLines, type RanFile, rowsOf } from './attack-rows.ts'

const file = (moduleId: string, ...tests: [fullName: string, state: string][]): RanFile => ({
  moduleId,
  children: {
    allTests: () =>
      tests.map(([fullName, state]) => ({
        name: fullName.split(' > ').at(-1) ?? '',
        fullName,
        result: () => ({ state }),
      })),
  },
})

test('a row with a test that failed or did not run is none, whichever others of it passed', () => {
  const lines = attackLines([
    file('/k/packages/server/src/a.test.ts', ['row 1: one', 'passed'], ['row 2: two', 'failed']),
    file('/k/packages/server/src/b.test.ts', ['row 2, 3: both', 'passed'], ['row 4: four', 'skipped']),
  ])
  expect(lines).toEqual(['2 of 140 (node)'])
})

test('each engine has a line of its own, and a row counts once in each', () => {
  const lines = attackLines([
    file('/k/packages/server/src/a.test.ts', ['F6, row 79: one key', 'passed'], ['row 79: one key', 'passed']),
    file(
      '/k/packages/web/e2e/engines/consent.test.ts',
      ['in firefox > row 60: no frame', 'passed'],
      ['in webkit > row 60: no frame', 'passed'],
      ['in webkit > row 61: no press', 'passed'],
    ),
    file('/k/packages/web/e2e/consent.test.ts', ['row 58: inside', 'passed']),
  ])
  expect(lines).toEqual(['1 of 140 (node)', '1 of 140 (firefox)', '2 of 140 (webkit)', '1 of 140 (chromium)'])
})

test('rows are read off the beginning of a name, and beyond the list there are none', () => {
  expect(rowsOf('row 5, 72: a')).toEqual([5, 72])
  expect(rowsOf('as in row 5: a')).toEqual([])
  expect(attackLines([file('/k/packages/server/src/a.test.ts', ['row 141: a', 'passed'])])).toEqual(['0 of 140 (node)'])
})

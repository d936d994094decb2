import { expect, test } from 'vitest'
import { formatUsd, formatUsdShort, usedShare } from './money.ts'

test.each([
  ['0.0042', '$0.0042'],
  ['12', '$12.00'],
  ['0.000049275', '$0.000049275'],
  ['9007199254740993.000001', '$9,007,199,254,740,993.000001'],
])('an amount is written exactly: %s', (amount, written) => {
  expect(formatUsd(amount, 'en')).toBe(written)
})

test('what is no amount is shown as it came', () => {
  expect(formatUsd('n/a', 'en')).toBe('n/a')
})

test('at a glance, cents are enough from a dollar on', () => {
  expect(formatUsdShort('18.4127', 'en')).toBe('$18.41')
  expect(formatUsdShort('0.00421', 'en')).toBe('$0.0042')
  expect(formatUsdShort('0', 'en')).toBe('$0.00')
})

test('at a glance, the smallest cost is not nothing', () => {
  expect(formatUsdShort('0.000049275', 'en')).toBe('$0.000049')
  expect(formatUsdShort('0.000000001', 'en')).toBe('$0.000000001')
  expect(formatUsdShort('-0.00005', 'de')).toMatch(/^-0,00005\s\$$/)
})

test('the share of a cap stays within its bar', () => {
  expect(usedShare('10', '2.5')).toBe(0.75)
  expect(usedShare('10', '-1')).toBe(1)
  expect(usedShare('0', '0')).toBe(1)
})

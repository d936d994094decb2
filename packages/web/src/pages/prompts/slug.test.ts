import { expect, test } from 'vitest'
import { isSlug, slugOf } from './slug.ts'

test.each(['', '-a', 'A', 'a b', 'ä', 'a/b', 'x'.repeat(61), 'a-'])('%j is no slug', (text) => {
  expect(isSlug(text)).toBe(false)
})

test.each([
  ['Review a PR', 'review-a-pr'],
  ['  Über-Prüfung, 2. Teil ', 'uber-prufung-2-teil'],
  ['日本', ''],
  [`${'word '.repeat(40)}`, 'word-'.repeat(13).slice(0, 60).replace(/-$/, '')],
])('%j becomes %j', (title, slug) => {
  expect(slugOf(title)).toBe(slug)
  expect(slug === '' || isSlug(slugOf(title))).toBe(true)
})

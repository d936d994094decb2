import { z } from 'zod'

/** One line of 1 to so many characters, without what cannot be seen. */
export const nameLine = (most: number) =>
  z
    .string({ error: 'expected text' })
    .transform((text) =>
      text
        .slice(0, 10 * most)
        .toWellFormed()
        .replaceAll(/[\p{Cc}\s]+/gu, ' ')
        .trim(),
    )
    .refine((text) => text !== '', { error: 'expected some text' })
    .refine((text) => text.length <= most, { error: `expected at most ${most} characters` })

/** Text of several lines, 1 to so many characters, that a database can hold. */
export const longText = (most: number) =>
  z
    .string({ error: 'expected text' })
    .max(most, { error: `expected at most ${most} characters` })
    .transform((text) => text.toWellFormed().replaceAll('\0', ''))
    .refine((text) => text.trim() !== '', { error: 'expected some text' })

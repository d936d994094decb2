import { inBothDialects, type Migration } from './migration.ts'

/**
 * People who made their own account: by the form of an open door, or by coming in from elsewhere. What the workspace shares
 * is theirs by the word of whoever answers for it.
 */
export const guests: Migration = {
  number: 13,
  name: 'guests',
  statements: inBothDialects([
    'ALTER TABLE user_account ADD COLUMN guest {int} NOT NULL DEFAULT 0',
    `UPDATE user_account SET guest = 1 WHERE role = 'member' AND (
      id IN (SELECT user_id FROM visitor)
      OR id IN (SELECT object FROM audit WHERE action = 'user.sign-up'))`,
  ]),
}

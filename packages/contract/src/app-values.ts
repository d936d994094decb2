// What the requests and answers of the web app's interface are made of. The rules for them are in app-api.ts.

/** US dollars as a decimal text: '0.0042', '12', '-0' never. */
export type Usd = string

/** RFC 3339 in UTC: '2026-11-21T09:30:00.000Z'. */
export type Moment = string

/** A list. */
export type Listed<T> = { data: T[] }

/** What is answered where there is nothing to tell. */
export type Done = { done: true }

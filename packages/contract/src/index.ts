export type * from './app-api.ts'

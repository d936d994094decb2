import { chat } from '../../../lib/connect.ts'

export const POST = chat
export const runtime = 'nodejs'

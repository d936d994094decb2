import { nextConnect } from '@keyway/connect/next'
import { connect } from '../../../lib/connect.ts'

export const { GET, POST } = nextConnect(connect)
// The sealed store is on disk.
export const runtime = 'nodejs'

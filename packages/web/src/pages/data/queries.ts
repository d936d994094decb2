import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'

/** How much room one's attachments take, and how much there is. */
export const quotaQuery = queryOptions({
  queryKey: ['attachment-quota'],
  queryFn: ({ signal }) => request('GET /api/app/attachments/quota', { signal }),
})

import type { Done, Folder, Listed } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { uuid } from '../../base/ids.ts'
import type { FolderItem } from '../../store/chat-records.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE } from './app-access.ts'
import { readBody } from './read-body.ts'
import { nameLine } from './texts.ts'
import { whoseOf } from './whose.ts'

const NAME_CHARS_MAX = 100

const folderBody = z.object({ name: nameLine(NAME_CHARS_MAX) })

type ById = { Params: { id: string } }

/** Folders of conversations. */
export function folderRoutes(app: FastifyInstance, edge: Edge): void {
  const { store, clock } = edge

  app.get('/api/app/folders', FOR_PEOPLE, async (request): Promise<Listed<Folder>> => {
    return { data: (await store.listFolders(whoseOf(request))).map(folderView) }
  })

  app.post('/api/app/folders', FOR_PEOPLE, async (request, reply): Promise<Folder> => {
    const { name } = readBody(request, folderBody)
    const folder = { id: uuid(), name, createdAt: clock.now() }
    await store.createFolder(whoseOf(request), folder, edge.app.shelves)
    reply.code(201)
    return folderView({ ...folder, conversations: 0 })
  })

  app.patch<ById>('/api/app/folders/:id', FOR_PEOPLE, async (request): Promise<Folder> => {
    const { name } = readBody(request, folderBody)
    const renamed = await store.renameFolder(whoseOf(request), request.params.id, name)
    if (renamed === undefined) throw noSuch()
    return folderView(renamed)
  })

  app.delete<ById>('/api/app/folders/:id', FOR_PEOPLE, async (request): Promise<Done> => {
    if (!(await store.removeFolder(whoseOf(request), request.params.id))) throw noSuch()
    return { done: true }
  })
}

function folderView({ id, name, conversations }: FolderItem): Folder {
  return { id, name, conversations }
}

function noSuch(): KeywayError {
  return new KeywayError('not_found', 'There is no folder with that id.')
}

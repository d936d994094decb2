import type { Invited, Person, PersonChange, Role } from '@keyway/contract'
import { Ellipsis, KeySquare, ShieldCheck, UserCheck, UserX } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { formatDay } from '../../format/time.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { IconButton } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.ts'
import { peopleQuery } from './queries.ts'

const DisableDialog = lazy(() => withTexts(['people'], import('./disable-dialog.tsx')))

const ROLES = ['owner', 'admin', 'member'] as const
const MAKE = { owner: 'people.makeOwner', admin: 'people.makeAdmin', member: 'people.makeMember' } as const

/** One person, and what whoever runs the workspace can do about them. */
export function PersonRow({ person, onInvited }: { person: Person; onInvited: (invited: Invited) => void }) {
  const { t, i18n } = useTranslation()
  const { user } = useSignedIn()
  const [disabling, setDisabling] = useState(false)
  const { id, name, email, role, disabled } = person
  const self = id === user.id
  // As the server has it: an owner acts upon anyone, an admin upon members.
  const mayAct = !self && (user.role === 'owner' || role === 'member')
  const change = useAct((body: PersonChange) => request('PATCH /api/app/users/:id', { params: { id }, body }), {
    changes: [peopleQuery.queryKey],
    done: (changed, body) =>
      toast(
        body.role === undefined
          ? t('people.enabledToast', { name })
          : t('people.roleChanged', { name, role: t(`roleNames.${changed.role}`) }),
      ),
  })
  const link = useAct(() => request('POST /api/app/users/:id/setup-link', { params: { id } }), { done: onInvited })
  const otherRoles: readonly Role[] = user.role === 'owner' ? ROLES.filter((one) => one !== role) : []
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex items-center gap-3">
        <span
          className={`grid size-8 shrink-0 place-items-center rounded-md text-sm font-semibold uppercase ${disabled ? 'bg-sunken text-ink-3' : 'bg-brass-wash text-brass-text'}`}
          aria-hidden="true"
        >
          {name.slice(0, 1)}
        </span>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="truncate font-medium">{name}</span>
            <Chip tone={role === 'owner' ? 'brass' : 'quiet'}>{t(`roleNames.${role}`)}</Chip>
            {self && <Chip tone="hold">{t('people.you')}</Chip>}
            {disabled && <Chip tone="alarm">{t('people.disabled')}</Chip>}
          </p>
          <p className="truncate text-xs text-ink-3">
            {email !== null && <>{email} · </>}
            {t('people.joined', { when: formatDay(person.created_at, i18n.language) })}
          </p>
        </div>
        {mayAct && (
          <Menu
            trigger={
              <IconButton label={t('common.menuFor', { name })}>
                <Ellipsis aria-hidden="true" />
              </IconButton>
            }
          >
            <MenuItem onSelect={() => link.mutate()}>
              <KeySquare aria-hidden="true" />
              {t('people.newLink')}
            </MenuItem>
            {otherRoles.map((other) => (
              <MenuItem key={other} onSelect={() => change.mutate({ role: other })}>
                <ShieldCheck aria-hidden="true" />
                {t(MAKE[other])}
              </MenuItem>
            ))}
            <MenuLine />
            {disabled ? (
              <MenuItem onSelect={() => change.mutate({ disabled: false })}>
                <UserCheck aria-hidden="true" />
                {t('people.enable')}
              </MenuItem>
            ) : (
              <MenuItem danger onSelect={() => setDisabling(true)}>
                <UserX aria-hidden="true" />
                {t('people.disable')}
              </MenuItem>
            )}
          </Menu>
        )}
      </div>
      <Failure error={change.error ?? link.error} />
      <Suspense>{disabling && <DisableDialog person={person} onClose={() => setDisabling(false)} />}</Suspense>
    </li>
  )
}

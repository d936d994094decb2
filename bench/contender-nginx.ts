import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startChild, untilAnswers } from './child.ts'
import type { Absent, Contender, Starter } from './contender.ts'

/**
 * One worker, kept-alive connections on both sides, answers passed on as they come (else nothing would stream).
 * @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html (read 2026-11-21)
 */
function configuration(home: string, given: { port: number; mockPort: number }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${home}/${kind};`,
  )
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
daemon off;
pid ${home}/nginx.pid;
error_log stderr error;
worker_rlimit_nofile 65536;
events { worker_connections 30000; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  keepalive_requests 100000000;
  upstream mock { server 127.0.0.1:${given.mockPort}; keepalive 512; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${given.port} backlog=4096;
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`
}

/** The cheapest reverse proxy that people really run. It authenticates, counts and records nothing. */
export const nginx: Starter = {
  name: 'nginx',
  async start(mockPort): Promise<Contender | Absent> {
    const version = /nginx\/([\d.]+)/.exec(spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr ?? '')?.[1]
    if (version === undefined)
      return { name: 'nginx', absent: 'not on this machine (Debian: apt-get install nginx-light)' }
    const home = mkdtempSync(join(tmpdir(), 'keyway-bench-nginx-'))
    const port = await freePort()
    const file = join(home, 'nginx.conf')
    writeFileSync(file, configuration(home, { port, mockPort }))
    const child = startChild(['nginx', '-p', home, '-c', file, '-e', 'stderr'], { core: 'gateway' })
    const startMs = await untilAnswers(`http://127.0.0.1:${port}/v1/models`, 5000)
    return {
      name: 'nginx',
      about: `nginx ${version} proxy_pass, one worker, no buffering, no log`,
      port,
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-bench' },
      model: (name) => name,
      pid: child.pid,
      startMs,
      async stop() {
        await child.stop()
        rmSync(home, { recursive: true, force: true })
      },
    }
  },
}

import { z } from 'zod'

const KIB = 1024
const MIB = 1024 * KIB
const SECOND = 1000
const MINUTE = 60 * SECOND

/** A whole number from `least` to `most`, with a default that holds unless the operator says otherwise. */
const bound = (least: number, most: number, usual: number, description: string) =>
  z.int().min(least).max(most).default(usual).describe(description)

/**
 * Every wait, size and count that one call can ask of the process. Names end in their unit (`_bytes`, `_ms`); the others
 * are counts. The descriptions give the reason of each default and appear in the published JSON Schema.
 */
export const limitsSchema = z
  .strictObject({
    body_bytes: bound(
      KIB,
      512 * MIB,
      32 * MIB,
      'Largest request body. A long prompt with several images as base64 is about 20 MB; more would let a few callers fill the memory.',
    ),
    bodies_bytes: bound(
      MIB,
      64 * 1024 * MIB,
      1024 * MIB,
      'What the request bodies of all calls in progress may take together; the next one gets 503. A thousand ordinary prompts take 20 MB.',
    ),
    header_bytes: bound(KIB, 256 * KIB, 16 * KIB, 'Largest request head. The clients we know send under 4 KiB.'),
    request_head_ms: bound(
      SECOND,
      5 * MINUTE,
      10 * SECOND,
      'How long a client may take over its request head; longer is an attack by slowness.',
    ),
    request_body_ms: bound(
      SECOND,
      60 * MINUTE,
      2 * MINUTE,
      'How long a client may take over its request body: 32 MiB over a 2 Mbit/s line.',
    ),
    connect_ms: bound(
      100,
      5 * MINUTE,
      10 * SECOND,
      'How long until a provider accepts the connection. Far networks take under 2 s; a dead host would cost the whole fallback.',
    ),
    headers_hold_ms: bound(
      0,
      5 * MINUTE,
      10 * SECOND,
      'How long our own response headers wait for the first event of the answer; then 200 and comments are sent, and a failure becomes an event in the stream.',
    ),
    first_event_ms: bound(
      SECOND,
      60 * MINUTE,
      5 * MINUTE,
      'How long until the first event of an answer, or the whole of one that is not streamed. Reasoning models think for minutes.',
    ),
    idle_ms: bound(
      SECOND,
      60 * MINUTE,
      2 * MINUTE,
      'Longest silence within an answer. Providers send something, a comment at least, every 15 to 30 s.',
    ),
    total_ms: bound(
      SECOND,
      24 * 60 * MINUTE,
      60 * MINUTE,
      'Longest call, all attempts together. The longest answers known take about 30 minutes.',
    ),
    comment_ms: bound(
      SECOND,
      5 * MINUTE,
      15 * SECOND,
      'How often a comment is sent while the model is silent. Proxies cut a silent connection after 30 to 60 s.',
    ),
    slow_reader_ms: bound(
      SECOND,
      60 * MINUTE,
      2 * MINUTE,
      'How long a client may refuse to read more of its answer before the call is ended.',
    ),
    drain_ms: bound(
      0,
      60 * MINUTE,
      30 * SECOND,
      'How long streams may finish after SIGTERM. Kubernetes kills after 30 s unless told otherwise.',
    ),
    attempts: bound(
      1,
      16,
      4,
      'Most tries upstream for one call, the first included. Each one waits; more would only delay the refusal.',
    ),
    calls: bound(
      1,
      1_000_000,
      12_000,
      'Most calls at the same time; the next one gets 503. 10,000 silent streams take under 1 GB, and this is a little more.',
    ),
    calls_per_key: bound(
      1,
      1_000_000,
      4_000,
      'Most calls of one key at the same time, so that one cannot starve the others.',
    ),
    connections: bound(
      1,
      1_000_000,
      16_384,
      'Most connections of clients to one address at the same time; the next one is closed at once. A call has one, and a few wait between two calls.',
    ),
    connections_per_provider: bound(
      1,
      65_535,
      12_000,
      'Most connections to one provider. Each streamed answer holds one, so this goes with `calls`.',
    ),
    event_bytes: bound(
      KIB,
      256 * MIB,
      16 * MIB,
      'Largest single event of a stream. An image as base64 arrives as one event of a few MB.',
    ),
    reply_bytes: bound(
      KIB,
      1024 * MIB,
      64 * MIB,
      'Largest answer that is not streamed: several images as base64. Streamed answers are not kept, so they have no such limit.',
    ),
    chat_runs: bound(
      1,
      100_000,
      1_000,
      'Most answers that the web app’s chats are being given at the same time. Each goes on without its reader and keeps its request and what came in memory.',
    ),
    chat_runs_per_user: bound(
      1,
      1_000,
      16,
      'Most answers being written for one person: four models side by side in four tabs.',
    ),
    chat_answer_bytes: bound(
      KIB,
      64 * MIB,
      2 * MIB,
      'Longest answer that a chat keeps, pictures aside: about 500,000 tokens, more than any model writes at once. It is written to the database whole, four times a second.',
    ),
    chat_watchers_per_user: bound(
      1,
      10_000,
      50,
      'Most tabs of one person that watch a chat. Each is a connection; people have a dozen open.',
    ),
    chat_watcher_bytes: bound(
      64 * KIB,
      256 * MIB,
      8 * MIB,
      'What may wait for a tab that does not read: four of the longest answers. Then it is cut off, and is given everything anew when it comes back.',
    ),
    chat_conversations: bound(
      1,
      10_000_000,
      100_000,
      'Most conversations of one person. Thirty a day for nine years; a large export of elsewhere has some thousands.',
    ),
    chat_messages: bound(
      2,
      1_000_000,
      10_000,
      'Most messages of one conversation, all branches counted. The app reads them at once: 10,000 are some 20 MB.',
    ),
    chat_conversation_bytes: bound(
      MIB,
      4 * 1024 * MIB,
      64 * MIB,
      'All text of one conversation, all branches counted, attachments left out. It is in memory while it is read; 64 MiB are a hundred books.',
    ),
    chat_folders: bound(1, 100_000, 500, 'Most folders of one person. They are shown in one list.'),
    chat_prompts: bound(
      1,
      100_000,
      1_000,
      'Most prompts in one person’s library. They are read at once, for the menu that opens with a slash.',
    ),
    chat_prompt_versions: bound(1, 100_000, 1_000, 'Most versions of one prompt; each change of its text makes one.'),
    chat_import_bytes: bound(
      KIB,
      512 * MIB,
      64 * MIB,
      'Largest file of conversations to be brought in. It is in memory while that goes on; years of chats are some 50 MB.',
    ),
    attachment_bytes: bound(
      KIB,
      256 * MIB,
      20 * MIB,
      'Largest attachment. Providers take PDFs up to 32 MB, and as base64 within a request of 32 MiB.',
    ),
    attachments_bytes: bound(
      0,
      1024 * 1024 * MIB,
      1024 * MIB,
      'What all attachments of one person may take: five hundred photos. They are kept in the database, and in its backups.',
    ),
    model_fallbacks: bound(1, 32, 8, 'Longest `models` list of a request.'),
    explanation_days: bound(
      0,
      365,
      14,
      'How long the account of why an endpoint was chosen is kept. The ledger is kept for ever.',
    ),
  })
  .prefault({})

/** Limits with every default filled in. */
export type Limits = Readonly<z.output<typeof limitsSchema>>

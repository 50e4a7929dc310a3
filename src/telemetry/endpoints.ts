import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HealthAnswer } from './health.ts';

/** What is served. */
export interface EndpointOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly live: () => HealthAnswer;
  readonly ready: () => HealthAnswer;
  readonly metrics: () => Promise<string>;
  readonly contentType: string;
  /** How long a client may take to ask, in milliseconds; 5,000 if absent. */
  readonly slowestMillis?: number;
}

/** Endpoints that are open. */
export interface Endpoints {
  readonly port: number;
  /** Ends what is being answered, too. */
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 64;
const MOST_HEADER_BYTES = 8_192;
const SLOWEST_MILLIS = 5_000;
const PLAIN = 'text/plain; charset=utf-8';

/** Serves /metrics, /livez, /healthz and /readyz to GET and HEAD. Rejects with an Error for people if the address cannot be used. */
export function serveEndpoints(options: EndpointOptions): Promise<Endpoints> {
  const slowest = options.slowestMillis ?? SLOWEST_MILLIS;
  const limits = {
    requestTimeout: slowest,
    headersTimeout: slowest,
    keepAliveTimeout: slowest,
    connectionsCheckingInterval: slowest / 5,
    maxHeaderSize: MOST_HEADER_BYTES,
  };
  const metrics = sharing(options.metrics);
  const server = createServer(limits, (request, response) => void answer(request, response, { ...options, metrics }));
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    // Stays after listening, too: running out of file descriptors must not end the worker.
    server.on('error', (error) => reject(unusable(options, error)));
    server.listen(options.port, options.host, () => resolve({ port: portOf(server), close: () => closed(server) }));
  });
}

function unusable({ host, port }: EndpointOptions, error: NodeJS.ErrnoException): Error {
  const reasons: Readonly<Partial<Record<string, string>>> = {
    EADDRINUSE: 'the port is taken; choose another one, or 0 for a free one',
    EACCES: 'this user may not listen there; choose a port above 1023',
    EADDRNOTAVAIL: 'this machine does not have that address; 0.0.0.0 stands for all it has',
    ENOTFOUND: 'there is no machine of that name; 0.0.0.0 stands for all addresses of this one',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new Error(`http.host, http.port: cannot listen on ${host}:${port}: ${reason}`, { cause: error });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Gathering that is under way is shared by all who ask meanwhile. */
function sharing(gather: () => Promise<string>): () => Promise<string> {
  let running: Promise<string> | undefined;
  return () => {
    running ??= gather().finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: EndpointOptions): Promise<void> {
  // A body is never read: the connection ends with the answer.
  if (hasBody(request)) response.setHeader('connection', 'close');
  try {
    await route(request, response, options);
  } catch {
    give(response, 500, 'this could not be found out\n');
  }
}

async function route(request: IncomingMessage, response: ServerResponse, options: EndpointOptions): Promise<void> {
  const path = (request.url ?? '').split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    give(response, 405, 'only GET and HEAD\n');
  } else if (path === '/livez' || path === '/healthz') giveHealth(response, options.live());
  else if (path === '/readyz') giveHealth(response, options.ready());
  else if (path === '/metrics') give(response, 200, await options.metrics(), options.contentType);
  else give(response, 404, 'there are /metrics, /livez, /healthz and /readyz\n');
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function giveHealth(response: ServerResponse, { ok, reasons }: HealthAnswer): void {
  give(response, ok ? 200 : 503, ok ? 'ok\n' : `${reasons.join('\n')}\n`);
}

function give(response: ServerResponse, status: number, text: string, type = PLAIN): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' });
  response.end(text);
}

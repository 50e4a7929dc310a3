import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
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
}

/** Endpoints that are open. */
export interface Endpoints {
  readonly port: number;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 64;
const SLOWEST_MILLIS = 5_000;

/** Serves /metrics, /livez, /healthz and /readyz. Rejects with an Error for people if the address cannot be used. */
export function serveEndpoints(options: EndpointOptions): Promise<Endpoints> {
  const server = createServer(
    { requestTimeout: SLOWEST_MILLIS, headersTimeout: SLOWEST_MILLIS, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      void answer(request, response, options);
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken' : (error.code ?? error.message);
      reject(
        new Error(
          `http.host, http.port: cannot listen on ${options.host}:${options.port}: ${reason}; choose another port, or 0 for a free one`,
        ),
      );
    });
    server.listen(options.port, options.host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : options.port,
        close: () => {
          server.closeAllConnections();
          return new Promise((done) => server.close(() => done()));
        },
      });
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, options: EndpointOptions): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const path = (request.url ?? '').split('?')[0];
  if (!isRead) return give(response, 405, 'only GET and HEAD\n');
  if (path === '/livez' || path === '/healthz') return giveHealth(response, options.live());
  if (path === '/readyz') return giveHealth(response, options.ready());
  if (path !== '/metrics') return give(response, 404, 'there are /metrics, /livez, /healthz and /readyz\n');
  try {
    return give(response, 200, await options.metrics(), options.contentType);
  } catch {
    return give(response, 500, 'metrics could not be gathered\n');
  }
}

function giveHealth(response: ServerResponse, { ok, reasons }: HealthAnswer): void {
  give(response, ok ? 200 : 503, ok ? 'ok\n' : `${reasons.join('\n')}\n`);
}

function give(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' });
  response.end(text);
}

import { connect, createServer, type Socket } from 'node:net';

/** An address that stays while what is behind it changes. */
export interface Doorway {
  readonly port: number;
  /** Leads new connections to another port and cuts those there are. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

/** Opens a proxy on a free local port. */
export async function openProxy(target: number): Promise<Doorway> {
  let behind = target;
  const pairs = new Set<Socket>();
  const server = createServer((front) => {
    const back = connect(behind, '127.0.0.1');
    for (const [one, other] of [[front, back] as const, [back, front] as const]) {
      pairs.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        pairs.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cut = () => {
    for (const socket of pairs) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    leadTo: (port) => {
      behind = port;
      cut();
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

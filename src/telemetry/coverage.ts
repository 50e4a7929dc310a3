import { NO_BODY } from '../core/body.ts';
import type { Event } from '../core/event.ts';

/** Events of a source after which the lack of something is worth a sentence. */
const ENOUGH = 500;

interface Seen {
  events: number;
  reads: number;
  writes: number;
  bodies: number;
  credentials: number;
  addresses: number;
}

function nothing(): Seen {
  return { events: 0, reads: 0, writes: 0, bodies: 0, credentials: 0, addresses: 0 };
}

/** Clusters that are told apart here: names may come from whoever writes the log. */
const MOST_CLUSTERS = 64;
const MOST_NAMED = 4;

/** What the logs read so far show, per source, so that what they lack can be told. */
export class Coverage {
  private readonly seen = new Map<string, Seen>();
  /** Clusters whose audit log was read. */
  private readonly clusters = new Set<string>();
  /** Clusters whose service accounts clouds name, by the source that did. */
  private readonly borrowers = new Map<string, string>();
  private lastScope = '';
  private lastSource = '';
  private last: Seen = nothing();

  note(event: Event): void {
    if (event.source !== this.lastSource) {
      this.last = this.of(event.source);
      this.lastSource = event.source;
    }
    const seen = this.last;
    seen.events++;
    if (event.credential !== undefined) seen.credentials++;
    if (event.address.zone !== 'unknown') seen.addresses++;
    if (event.plane !== 'kubernetes') {
      const cluster = event.body.borrower?.cluster;
      if (cluster !== undefined && this.borrowers.size < MOST_CLUSTERS) this.borrowers.set(cluster, event.source);
      return;
    }
    if (event.scope !== this.lastScope) {
      this.lastScope = event.scope;
      if (this.clusters.size < MOST_CLUSTERS) this.clusters.add(event.scope);
    }
    const verb = event.operation.verb;
    if (verb === 'get' || verb === 'list' || verb === 'watch') seen.reads++;
    else seen.writes++;
    if (event.body !== NO_BODY && event.body.command === undefined) seen.bodies++;
  }

  private of(source: string): Seen {
    let seen = this.seen.get(source);
    if (seen === undefined) {
      seen = nothing();
      this.seen.set(source, seen);
    }
    return seen;
  }

  /** One sentence for each thing that a source with enough events never showed. */
  sentences(): readonly string[] {
    const lines: string[] = [...this.strangers()];
    for (const [source, seen] of this.seen) {
      if (seen.events < ENOUGH) continue;
      const add = (text: string) => lines.push(`${source}: ${text}`);
      if (seen.credentials === 0) add('no credential ids: a token used from two places, and who minted it, cannot be told');
      if (seen.addresses === 0) add('no caller addresses: calls from outside cannot be told');
      if (seen.reads + seen.writes === 0) continue;
      if (seen.reads === 0) add('no get, list or watch: reads of secrets and most exec sessions cannot be seen');
      if (seen.bodies === 0) add('no request bodies: what a grant, a pod or a token request holds cannot be seen');
    }
    return lines;
  }

  /** Service accounts that come from a cluster nobody read a log of are mostly those of another name for a cluster whose log was read. */
  private strangers(): readonly string[] {
    if (this.clusters.size === 0) return [];
    const read = [...this.clusters].slice(0, MOST_NAMED).map((name) => JSON.stringify(name));
    return [...this.borrowers]
      .filter(([cluster]) => !this.clusters.has(cluster))
      .slice(0, MOST_NAMED)
      .map(
        ([cluster, source]) =>
          `${source}: an issuer is to be named under \`issuers\`, or no chain leads there: service accounts of cluster ${JSON.stringify(cluster)} ` +
          `come into the cloud, whose audit log is not here (but ${read.join(', ')})`,
      );
  }
}

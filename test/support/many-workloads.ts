/** A cluster of many workloads over many days, for what only a fleet can tell. */
import { at, type Caller, inPod, k8s } from './chain-records.ts';

const HOURS = 24;

/** So many service accounts of one cluster, each in its pod. `from` gives the address of each. */
export function workloads(count: number, from: (index: number) => string): readonly Caller[] {
  return Array.from({ length: count }, (_, index) => inPod(`team-${index % 7}`, `shop-${letters(index)}`, from(index)));
}

/** What each does in the hours from one time of a story to another (in days), the one after the other within each hour. */
export function hourly(all: readonly Caller[], from: number, to: number): unknown[] {
  const hours = Math.round((to - from) * HOURS);
  return Array.from({ length: hours }, (_, hour) =>
    all.map((caller, index) => calm(at(from + hour / HOURS, Math.floor((index * 3_000) / all.length)), caller)),
  ).flat();
}

/** A call that each workload makes every day. */
export function calm(time: string, caller: Caller): unknown {
  const [, , namespace = 'default'] = caller.name.split(':');
  return k8s(time, caller, { verb: 'get', resource: 'configmaps', namespace, name: 'settings' });
}

/** Names that no pattern takes for a release's hash. */
function letters(index: number): string {
  return `${String.fromCharCode(97 + Math.floor(index / 26))}${String.fromCharCode(97 + (index % 26))}`;
}

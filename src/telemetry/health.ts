/** A check's answer: fine, or why not. */
export interface HealthAnswer {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

/** Whether the worker lives and is of use. */
export class Health {
  private readonly expected = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly awayNow = new Set<string>();
  private end: string | undefined = undefined;

  /** Names a topic whose partitions must be assigned before the worker is of use. */
  expect(topic: string): void {
    this.expected.add(topic);
  }
  assigned(topics: string): void {
    for (const topic of topics.split(',')) this.seen.add(topic);
  }
  away(service: string): void {
    this.awayNow.add(service);
  }
  back(service: string): void {
    this.awayNow.delete(service);
  }
  ending(how: string): void {
    this.end = how;
  }

  /** Alive as long as it answers and has not failed: Kafka and Redis do not matter, or all workers would be restarted with them. */
  live(): HealthAnswer {
    const failed = this.end === 'crashed' || this.end === 'refused';
    return { ok: !failed, reasons: failed ? [`the worker ${this.end}`] : [] };
  }

  /** Of use once every role has heard of its partitions and no service is away. */
  ready(): HealthAnswer {
    const reasons = [...this.expected].filter((topic) => !this.seen.has(topic)).map((topic) => `no assignment for ${topic} yet`);
    for (const service of this.awayNow) reasons.push(`${service} does not answer`);
    if (this.end !== undefined) reasons.push(`the worker is ${this.end}`);
    return { ok: reasons.length === 0, reasons };
  }
}

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { FIRST_DAY } from '../support/arbitrary-record.ts';
import { judgeRecords } from '../support/judge.ts';
import { notRun, shared } from '../support/paths.ts';

/**
 * What becomes of other people's logs, file by file: judged, ignored, rejected. Many of them are hand-written variants of one event under
 * one id, hence the duplicates. Ignored otherwise: logs of another kind (Exchange and other Microsoft 365 work loads, storage and key
 * vault data planes, application logs, CloudTrail Insights), control messages, and stubs of which nobody could tell what they are.
 * Nothing is rejected: none of these files is damaged.
 */
const COUNTS: ReadonlyMap<string, readonly [judged: number, ignored: number, rejected: number]> = new Map([
  ['aks-sysdig/eventhub_records.jsonl', [23, 0, 0]],
  ['aks-sysdig/inner_audit_event.jsonl', [1, 0, 0]],
  ['apisnoop/k8s_audit.jsonl', [14, 0, 0]],
  ['audit2rbac/demo_v1.jsonl', [37, 0, 0]],
  ['cloudtrail-rs/corpus.jsonl', [13, 1, 0]],
  ['envelopes/01a_fluentbit_json_parser_default.kcat.jsonl', [2, 0, 0]],
  ['envelopes/01a_fluentbit_json_parser_default.values.jsonl', [2, 0, 0]],
  ['envelopes/01b_fluentbit_no_parser_log_string.kcat.jsonl', [2, 0, 0]],
  ['envelopes/01b_fluentbit_no_parser_log_string.values.jsonl', [2, 0, 0]],
  ['envelopes/01c_fluentbit_parser_timekey_iso8601ns_key_auditID_added_fields.kcat.jsonl', [2, 0, 0]],
  ['envelopes/01c_fluentbit_parser_timekey_iso8601ns_key_auditID_added_fields.values.jsonl', [2, 0, 0]],
  ['envelopes/01d_fluentbit_format_raw.kcat.jsonl', [2, 0, 0]],
  ['envelopes/01d_fluentbit_format_raw.values.jsonl', [2, 0, 0]],
  ['envelopes/01e_fluentbit_cri_container_stdout.kcat.jsonl', [1, 0, 0]],
  ['envelopes/01e_fluentbit_cri_container_stdout.values.jsonl', [1, 0, 0]],
  ['envelopes/01f_fluentbit_otlp_json.kcat.jsonl', [2, 0, 0]],
  ['envelopes/01f_fluentbit_otlp_json.values.jsonl', [2, 0, 0]],
  ['envelopes/01g_fluentbit_kubernetes_filter_record.json', [0, 1, 0]],
  ['envelopes/02a_eventhub_aks_kube-audit_batch.json', [22, 0, 0]],
  ['envelopes/02b_eventhub_aks_kube-audit_single_2020.json', [1, 0, 0]],
  ['envelopes/02e_eventhub_azure_activity_administrative.json', [1, 0, 0]],
  ['envelopes/03a_cloudwatch_subscription_cloudtrail.json', [1, 0, 0]],
  ['envelopes/03b_cloudwatch_subscription_generic.MPL2.json', [0, 2, 0]],
  ['envelopes/03c_cloudwatch_control_message.FROM_DOCS.json', [0, 1, 0]],
  ['envelopes/05a_cloudtrail_s3_file_Records.json', [1, 0, 0]],
  ['envelopes/05c_cloudtrail_lookup_events_wrapper.json', [1, 0, 0]],
  ['envelopes/05d_cloudtrail_logstash_flattened.json', [1, 0, 0]],
  ['envelopes/06c_gcp_logentry_iam_setiampolicy_tokencreator.json', [1, 0, 0]],
  ['falco/k8s_audit.jsonl', [68, 16, 0]],
  ['gcp-csa/fixtures.jsonl', [14, 1, 0]],
  ['khi/gke_logentries.jsonl', [9, 4, 0]],
  ['panther/azure_activity.jsonl', [100, 10, 0]],
  ['panther/azure_signin.jsonl', [26, 4, 0]],
  ['panther/cloudtrail.jsonl', [149, 64, 0]],
  ['panther/eks_audit.jsonl', [6, 3, 0]],
  ['panther/gcp_audit.jsonl', [53, 16, 0]],
  ['panther/gke_audit.jsonl', [6, 9, 0]],
  ['panther/k8s_mixed.jsonl', [87, 17, 0]],
  ['plaso/aws_cloudtrail.jsonl', [6, 0, 0]],
  ['plaso/azure_activity_log.jsonl', [4, 0, 0]],
  ['plaso/gcp_logging.jsonl', [6, 5, 0]],
  ['plaso/microsoft_audit_log.jsonl', [1, 3, 0]],
  ['rbac-tool/auditgen.jsonl', [6, 0, 0]],
  ['splunk-examples/cloudtrail.jsonl', [49, 0, 0]],
  ['stratus/cloudtrail.jsonl', [192, 0, 0]],
  ['stratus/docs_snippets.jsonl', [24, 9, 0]],
]);

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesUnder(path);
    return name.endsWith('.md') || name.endsWith('.labels.jsonl') ? [] : [path];
  });
}

const folder = shared === undefined ? undefined : join(shared, 'fixtures');

if (folder === undefined || !existsSync(folder)) notRun('conformance');
else {
  const files = filesUnder(folder).map((path) => relative(folder, path).split(sep).join('/'));

  test('every file of the fixtures is in the table', () => {
    assert.deepEqual(files.sort(), [...COUNTS.keys()].sort());
  });

  for (const [file, counts] of COUNTS) {
    test(`${file} gives ${counts.join(', ')} judged, ignored, rejected, in whatever pieces it comes`, async () => {
      const bytes = readFileSync(join(folder, file));
      for (const cuts of [[], [1, 1000, 4097, bytes.length >> 1], Array.from({ length: 60 }, (_, i) => i * 997)]) {
        const { tally } = await judgeRecords(bytes, { cuts, receivedAt: FIRST_DAY });
        assert.deepEqual([tally.judged, tally.ignoredCount, tally.rejected], counts, JSON.stringify(tally.rejections));
        assert.equal(tally.truncated, 0);
        assert.equal(tally.failedDetections.size, 0);
      }
    });
  }
}

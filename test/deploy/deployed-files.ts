import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  targets?: { refId: string; expr: string; legendFormat: string; datasource: { uid: string } }[];
}

export interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
  templating: { list: { name: string; type: string; query: string | { query: string }; allValue?: string }[] };
  annotations: { list: { name: string; expr: string }[] };
}

const { groups } = parse(readFileSync('deploy/prometheus/rules/gfl-serve.yml', 'utf8')) as {
  groups: { name: string; rules: Rule[] }[];
};

export const RULES: readonly Rule[] = groups.flatMap(group => group.rules);
export const ALERTS = RULES.filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);
export const DASHBOARD = JSON.parse(readFileSync('deploy/grafana/dashboards/gfl-serve.json', 'utf8')) as Dashboard;

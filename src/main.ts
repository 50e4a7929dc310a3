#!/usr/bin/env node
import { readFileSync } from 'node:fs';

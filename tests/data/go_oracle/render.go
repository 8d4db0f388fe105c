// Renders templates with Go's own text/template, with the functions of consul-template that take their
// values from a world given with each template. Reads one JSON object a line and writes one a line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
)

type row struct {
	Template string                       `json:"template"`
	Env      map[string]string            `json:"env"`
	Secrets  map[string]map[string]string `json:"secrets"`
}

type secret struct {
	Data map[string]interface{}
}

func functions(world row) template.FuncMap {
	env := func(name string) string { return world.Env[name] }
	return template.FuncMap{
		"env": env,
		"envOrDefault": func(name, otherwise string) string {
			if value, found := world.Env[name]; found {
				return value
			}
			return otherwise
		},
		"mustEnv": func(name string) (string, error) {
			value, found := world.Env[name]
			if !found {
				return "", fmt.Errorf("%s is not set", name)
			}
			return value, nil
		},
		"secret": func(path string) *secret {
			fields, found := world.Secrets[path]
			if !found {
				return nil
			}
			data := map[string]interface{}{}
			for name, value := range fields {
				data[name] = value
			}
			return &secret{Data: map[string]interface{}{"data": data}}
		},
		"toUpper":   func(text string) string { return strings.ToUpper(text) },
		"toLower":   func(text string) string { return strings.ToLower(text) },
		"trimSpace": func(text string) string { return strings.TrimSpace(text) },
		"replaceAll": func(old, new, text string) string { return strings.ReplaceAll(text, old, new) },
	}
}

func render(world row) map[string]string {
	parsed, err := template.New("").Funcs(functions(world)).Parse(world.Template)
	if err != nil {
		return map[string]string{"error": "parse: " + err.Error()}
	}
	var out strings.Builder
	if err := parsed.Execute(&out, nil); err != nil {
		return map[string]string{"error": "execute: " + err.Error()}
	}
	return map[string]string{"output": out.String()}
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var world row
		if err := json.Unmarshal(in.Bytes(), &world); err != nil {
			panic(err)
		}
		if err := out.Encode(render(world)); err != nil {
			panic(err)
		}
	}
}

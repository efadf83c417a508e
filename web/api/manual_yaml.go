package api

import (
	"bytes"
	"encoding/json"
	"iter"

	"go.yaml.in/yaml/v3"
)

// at walks into the members of mappings; nil where there is no such member.
func at(n *yaml.Node, names ...string) *yaml.Node {
	for _, name := range names {
		var found *yaml.Node
		for key, value := range members(n) {
			if key == name {
				found = value
			}
		}
		n = found
	}
	return n
}

// members are those of a mapping, in their order.
func members(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i < len(n.Content); i += 2 {
			value := n.Content[i+1]
			if value.Kind == yaml.AliasNode {
				value = value.Alias
			}
			if !yield(n.Content[i].Value, value) {
				return
			}
		}
	}
}

// textAt is a scalar as it is written, "" where there is none.
func textAt(n *yaml.Node, names ...string) string {
	if n = at(n, names...); n != nil && n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// listAt are the scalars of a list.
func listAt(n *yaml.Node, names ...string) []string {
	var list []string
	if n = at(n, names...); n != nil {
		for _, one := range n.Content {
			list = append(list, one.Value)
		}
	}
	return list
}

// inJSON writes a value as JSON that people read, its members in their order.
func inJSON(n *yaml.Node) (string, error) {
	if n == nil {
		return "", nil
	}
	var text, shown bytes.Buffer
	if err := writeJSON(&text, n); err != nil {
		return "", err
	}
	err := json.Indent(&shown, text.Bytes(), "", "  ")
	return shown.String(), err
}

func writeJSON(b *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.MappingNode:
		return writeMembers(b, n)
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, one := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeJSON(b, one); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	}
	var value any
	if err := n.Decode(&value); err != nil {
		return err
	}
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func writeMembers(b *bytes.Buffer, n *yaml.Node) error {
	b.WriteByte('{')
	first := true
	for name, value := range members(n) {
		if !first {
			b.WriteByte(',')
		}
		first = false
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		b.Write(append(key, ':'))
		if err := writeJSON(b, value); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}
